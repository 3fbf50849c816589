"""What an incident file says of messages: those that must be sent, and those that must not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from yaml.nodes import MappingNode, Node

from generator.gotemplate.errors import FunctionError
from generator.gotemplate.regex import compiled
from generator.rules.nodes import Reader
from generator.testing.incident import Expected, Forbidden, Text

_MESSAGE: Final = ("receiver", "integration", "to", "status", "within", "alerts", "text", "text_match")
_NO_MESSAGE: Final = ("receiver", "integration", "from", "until", "alerts")


@dataclass(frozen=True, slots=True)
class MessageReader:
    """Reads the items of `notification_test` and `exp_no_notification`; faults go to its reader."""

    reader: Reader

    def expected(self, node: Node) -> Expected:
        """A message that must be sent."""
        reader = self.reader
        fields = reader.mapping(node, _MESSAGE, "the expected notification")
        within = [int(reader.duration(each, "within")) for each in reader.items(fields.get("within"), "within")]
        if len(within) != 2 or within[0] > within[1]:
            reader.fault(fields.get("within", node), "expected 'within: [from, to]', durations after the start")
            within = [0, 0]
        status = reader.string(fields.get("status"), "status")
        if status not in ("", "firing", "resolved"):
            reader.fault(fields["status"], f"status is 'firing' or 'resolved', not {status!r}")
        return Expected(
            receiver=self._receiver(fields, node),
            integration=reader.string(fields.get("integration"), "integration"),
            to=reader.string(fields.get("to"), "to"),
            status=status,
            earliest=within[0],
            latest=within[1],
            alerts=self._alerts(fields),
            texts=tuple(text for key in ("text", "text_match") for text in self._texts(fields.get(key), key)),
            origin=reader.origin(node),
        )

    def forbidden(self, node: Node) -> Forbidden:
        """Messages that must not be sent."""
        reader = self.reader
        fields = reader.mapping(node, _NO_MESSAGE, "the notification that must not be")
        if "until" not in fields:
            reader.fault(node, "expected 'until', a duration after the start")
        since, until = (int(reader.duration(fields.get(key), key)) for key in ("from", "until"))
        if "until" in fields and until < since:
            reader.fault(node, "the time ends before it begins: 'until' is earlier than 'from'")
        return Forbidden(
            receiver=reader.string(fields.get("receiver"), "receiver"),
            integration=reader.string(fields.get("integration"), "integration"),
            since=since,
            until=until,
            alerts=self._alerts(fields),
            origin=reader.origin(node),
        )

    def _receiver(self, fields: Mapping[str, Node], node: Node) -> str:
        receiver = self.reader.string(fields.get("receiver"), "receiver")
        if not receiver:
            self.reader.fault(node, "the expected notification has no 'receiver'")
        return receiver

    def _alerts(self, fields: Mapping[str, Node]) -> tuple[Mapping[str, str], ...]:
        return tuple(self.reader.strings(each, "label") for each in self.reader.items(fields.get("alerts"), "alerts"))

    def _texts(self, node: Node | None, key: str) -> Iterator[Text]:
        """One text for any part, or texts by part."""
        if node is None:
            return
        reader, pattern = self.reader, key == "text_match"
        one = not isinstance(node, MappingNode)
        for part, value in ({"": reader.string(node, "text")} if one else reader.strings(node, "text")).items():
            try:
                compiled(value if pattern else "")
            except FunctionError as reason:
                reader.fault(node, str(reason))
            yield Text(part, value, pattern)
