"""What is done to all text that leaves: typed secrets, and what steers a terminal or a pipeline, are taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from azext_iotdiag.render import pipeline_safe, terminal_safe
from azext_iotdiag.render.typed_secrets import TypedSecrets

Text = Callable[[str], str]


@dataclass(frozen=True)
class Safety:
    """The rules for one command.

    `pipeline`: a build server reads along. `form` gives the output form of stdout: az's name for it, or "text" where
    lines for a person were asked for.
    """

    secrets: TypedSecrets = field(default_factory=lambda: TypedSecrets(()))
    pipeline: bool = False
    form: Callable[[], str] = lambda: "json"

    def text(self, form: str, *, terminal: bool) -> Text:
        """What makes every text safe that is written to one stream, one write after the other."""
        return self._made(form, hide=bool(self.secrets), terminal=terminal)

    def chunks(self, form: str, *, terminal: bool, encoding: str) -> Callable[[bytes], bytes] | None:
        """The same for the chunks of a stream, which are UTF-8 and end where lines do; None where all stay as they are.

        They hold what a device has sent, so secrets that were typed in their places are not searched for. A terminal
        that cannot show all of Unicode gets escapes, and its own encoding.
        """
        hide, steered = self.secrets.misplaced, terminal and form != "text"  # text for people is safe to show already
        recoded = terminal and encoding.lower().replace("-", "") != "utf8"
        if not (hide or steered or recoded):
            if not self.pipeline:
                return None
            if form in terminal_safe.JSON:
                return pipeline_safe.json_chunk
        safe = self._made(form, hide=hide, terminal=steered)

        def made(chunk: bytes) -> bytes:
            text = safe(chunk.decode("utf-8", "surrogateescape"))
            if not recoded:
                return text.encode("utf-8", "surrogateescape")
            return terminal_safe.encodable(text, encoding, form).encode(encoding)

        return made

    def _made(self, form: str, *, hide: bool, terminal: bool) -> Text:
        steps: list[Text] = [self.secrets] if hide else []
        if terminal:
            steps.append(lambda text: terminal_safe.shown(text, form))
        if self.pipeline:
            steps.append(pipeline_safe.json_text if form in terminal_safe.JSON else pipeline_safe.Lines())
        return lambda text: _through(steps, text)


def _through(steps: list[Text], text: str) -> str:
    for step in steps:
        text = step(text)
    return text
