"""Puts the server's tag on messages, for acks and deliveries alike."""

from collections.abc import Mapping

from warmline.gateway.store import Row, Said, Stored
from warmline.protocol import base64url, frames, tags


class Franking:
    """`keys` by id; the highest id signs. Raises ValueError if there are none."""

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        if not keys:
            raise ValueError("at least one franking key")
        self._kid = max(keys)
        self._key = keys[self._kid]

    def ack(self, frame: frames.Send, said: Said, stored: Stored) -> frames.Ack:
        """For the sender, once it is stored."""
        tag = self._tag(
            said.room, stored.epoch, said.seat, stored.seq, stored.ms, said.cid, stored.c
        )
        return frames.Ack(frame.room, frame.cid, stored.seq, stored.ms, self._kid, tag)

    def delivery(self, frame: frames.Send, seat: int, ack: frames.Ack) -> frames.Msg:
        """For the room; the tag is the ack's."""
        return frames.Msg(
            room=frame.room,
            seq=ack.seq,
            seat=seat,
            epoch=frame.epoch,
            cid=frame.cid,
            c=frame.c,
            body=frame.body,
            ms=ack.ms,
            kid=ack.kid,
            tag=ack.tag,
        )

    def replayed(self, room: int, row: Row) -> frames.Msg:
        """From the log; the tag is computed again."""
        return frames.Msg(
            room=room,
            seq=row.seq,
            seat=row.seat,
            epoch=row.epoch,
            cid=base64url.encode(row.cid),
            c=base64url.encode(row.c),
            body=base64url.encode(row.body),
            ms=row.ms,
            kid=self._kid,
            tag=self._tag(room, row.epoch, row.seat, row.seq, row.ms, row.cid, row.c),
        )

    def _tag(
        self, room: int, epoch: int, seat: int, seq: int, ms: int, cid: bytes, c: bytes
    ) -> str:
        mac = tags.tag(self._key, self._kid, room, epoch, seat, seq, ms, cid, c)
        return base64url.encode(mac)
