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
        steps: list[Text] = [self.secrets] if self.secrets else []
        if terminal:
            steps.append(lambda text: terminal_safe.shown(text, form))
        if self.pipeline:
            steps.append(pipeline_safe.json_text if form in terminal_safe.JSON else pipeline_safe.Lines())
        return lambda text: _through(steps, text)

    def chunks(self, form: str, *, terminal: bool, encoding: str) -> Callable[[bytes], bytes] | None:
        """The same for the chunks of a stream, which are UTF-8 and end where lines do; None where all stay as they are.

        A terminal that cannot show all of Unicode gets escapes, and its own encoding.
        """
        is_json, utf8 = form in terminal_safe.JSON, encoding.lower().replace("-", "") == "utf8"
        if not terminal and not self.secrets.misplaced:
            if not self.pipeline:
                return None
            if is_json:
                return pipeline_safe.json_chunk
        safe = self.text(form, terminal=terminal and form != "text")  # what is made for people is safe to show already

        def made(chunk: bytes) -> bytes:
            text = safe(chunk.decode("utf-8", "surrogateescape"))
            if utf8 or not terminal:
                return text.encode("utf-8", "surrogateescape")
            return terminal_safe.encodable(text, encoding, form).encode(encoding, "backslashreplace")

        return made


def _through(steps: list[Text], text: str) -> str:
    for step in steps:
        text = step(text)
    return text
