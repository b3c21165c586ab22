"""`validate` on messages as they come, and on a device's properties: two sessions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from azext_iotdiag.clients.central import Central
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.model.change import PropertyChange
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.event import Event as Message
from azext_iotdiag.model.facts import Facts, given
from azext_iotdiag.model.finding import Finding
from azext_iotdiag.model.tally import Tally
from azext_iotdiag.model.target import Target
from azext_iotdiag.model.verdict import Verdict
from azext_iotdiag.payload import Model
from azext_iotdiag.payload.assigned import Models
from azext_iotdiag.sessions.asked import MessagesAsked, SessionLimits, ValidateOptions, WatchOptions
from azext_iotdiag.sessions.events import Ended, FormOnly, Hear, Items, Progress, Subject, Unjudged
from azext_iotdiag.sessions.messages import Messages
from azext_iotdiag.sessions.properties import Looks
from azext_iotdiag.sessions.validate import Folding, ValidateForm, with_progress
from azext_iotdiag.streams import properties as twins
from azext_iotdiag.streams import recorded, templates, validation
from azext_iotdiag.streams.validation import ModelOf, Rules


class Live:
    """A session that judges messages as they come. `known` holds the models that IoT Central knows for its devices."""

    def __init__(
        self,
        messages: Messages,
        options: ValidateOptions,
        form: ValidateForm,
        *,
        known: templates.Templates | None = None,
        deadlines: Deadlines | None = None,
    ):
        deadlines = deadlines or usual()
        self._messages = messages
        self._rules = options.rules._replace(shown=form.shown)
        self._judge = options.judge if known is None else validation.judge_of(options.rules, known)
        self._form = form
        self._known = known
        self._form_only = options.form_only
        self._deadlines = deadlines
        self._tally = Tally()

    def __iter__(self) -> Items:
        if self._form_only:
            yield FormOnly()
        yield from self._messages.begin()
        records: Iterable[recorded.Recorded | None] = map(recorded.live, self._messages)
        if self._known is not None:
            records = self._known.held(records)
        found = validation.judged(records, self._judge, self._rules, self._tally)
        news = self._messages.news_so_far
        folded = Folding(self._tally, self._form, self._deadlines)
        yield from with_progress(
            found, self._form, self._deadlines, lambda: Progress(self._tally.messages), news, folded
        )

    def end(self, stopped: End | None) -> Items:
        """The account, and the facts that the stream leaves."""
        messages, tally = self._messages, self._tally
        why, seconds = messages.why(stopped), messages.seconds
        if not messages.begun:
            yield Ended(Subject.MESSAGES, why, (yield from messages.left(why)))
            return
        tally.hidden = messages.hidden
        unjudged = self._known.unjudged if self._known is not None else 0
        if unjudged:
            yield Unjudged(unjudged, messages.app)
        facts = {
            **(yield from messages.left(why)),
            **given(self._deadlines.clock.now(), judged=tally.judged(unjudged=unjudged)),
        }
        if stopped is not End.PIPE_CLOSED:
            yield self._form.summary(tally, why.value, _verdict(facts, self._deadlines))
        yield Ended(Subject.MESSAGES, why, facts, messages.shown, seconds, tally)


class ValidateProperties:
    """A session that judges the properties of a device as they are and, where that is asked for, each change of them.

    `template` gives the model that IoT Central knows for the device.
    """

    def __init__(
        self,
        looks: Looks,
        options: ValidateOptions,
        form: ValidateForm,
        *,
        template: ModelOf | None = None,
        deadlines: Deadlines | None = None,
    ):
        deadlines = deadlines or usual()
        self._looks = looks
        self._rules = options.rules._replace(shown=form.shown)
        self._judge = options.judge if template is None else validation.judge_of(options.rules, template)
        self._form = form
        self._waits = options.waits
        self._deadlines = deadlines
        self._tally = Tally()

    def __iter__(self) -> Items:
        yield from self._looks.begin()
        found = validation.judged(self._records(), self._judge, self._rules, self._tally)
        yield from with_progress(found, self._form, self._deadlines, lambda: Progress(self._tally.messages))

    def end(self, stopped: End | None) -> Items:
        """The account, and the facts that the looks leave."""
        looks, tally = self._looks, self._tally
        why = looks.why(stopped)
        facts = {**looks.left(why, asked=False), **given(self._deadlines.clock.now(), judged=tally.judged())}
        if stopped is not End.PIPE_CLOSED:
            yield self._form.summary(tally, why.value, _verdict(facts, self._deadlines))
        yield Ended(Subject.CHANGES, why, facts, looks.passed, looks.seconds, tally, waited=self._waits)

    def _records(self) -> Iterator[recorded.Recorded | None]:
        for _ in self._looks:
            while self._looks.seen:
                look, found = self._looks.seen.popleft()
                if (record := _record(self._looks.device, look, found)) is not None:
                    yield record
            if not self._waits:
                return
            yield None


def _verdict(facts: Facts, deadlines: Deadlines) -> Verdict:
    """The verdict on a whole session. The checks are loaded here, because the first event does not wait for them."""
    from azext_iotdiag.checks import catalogue, verdict

    return verdict.diagnose(catalogue.OF_SESSIONS, facts, deadlines.session_clock).verdict


def _record(device: str, look: twins.Look, found: list[PropertyChange]) -> recorded.Recorded | None:
    """The message that a twin's change would be; None where nothing is left of what changed."""
    value = twins.patch(found, look) if found else twins.whole(look)
    if not value:
        return None
    marks = {"dt-dataschema": look.model} if look.model else {}
    event = Message("twinChangeEvents", device, "", "", "", 0, "", 0, {}, {}, marks, b"")
    return recorded.Recorded(event, recorded.Place("", "", 0), value)


def of_messages(target: Target, options: ValidateOptions, form: ValidateForm, hear: Hear) -> Live:
    """The session for the messages of a hub or an application."""
    messages = Messages(target, options.asked or MessagesAsked(), hear=hear)
    return Live(messages, options, form, known=_templates_of(target, options.rules))


def of_properties(target: Target, options: ValidateOptions, form: ValidateForm) -> ValidateProperties:
    """The session for the properties of a device."""
    watched = options.watched or WatchOptions("", SessionLimits())
    looks = Looks(target, watched.device, watched.limits)
    template = _template_of(target, watched.device, options.rules)
    return ValidateProperties(looks, options, form, template=template)


def _templates_of(target: Target, rules: Rules) -> templates.Templates | None:
    """What knows the templates of an application's devices; None where something else says what is right."""
    if not target.app or not rules.nothing:
        return None
    central = Central(target)
    return templates.Templates(templates.ask(central), Models(strict=rules.strict), done=central.close)


def _template_of(target: Target, device: str, rules: Rules) -> ModelOf | None:
    """What gives the template of an application's device; None where something else says what is right."""
    if not target.app or not rules.nothing:
        return None
    asked, models = templates.ask(Central(target)), Models(strict=rules.strict)
    known: list[Model | list[Finding]] = []

    def model_of(_event: Message) -> Model | list[Finding]:
        if not known:
            known.append(models.of(asked(device)))
        return known[0]

    return model_of
