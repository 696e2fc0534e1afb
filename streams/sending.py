"""clickhouse-driver's client, but that it sends columns that lie ready (columns.py) as they are.

Connection, handshake, settings, compression, errors and answers are the driver's; only the block of an insert is put
together here, as its `BlockOutputStream.write` does, and columns that do not lie ready still go through its classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clickhouse_driver import Client, defines
from clickhouse_driver.block import BlockInfo
from clickhouse_driver.columns.service import write_column
from clickhouse_driver.protocol import ClientPacketTypes
from clickhouse_driver.varint import write_varint
from clickhouse_driver.writer import write_binary_str, write_binary_uint8

from streams.columns import native


class Ready:
    """Columns as a block of the driver: what its `Connection.send_data` hands to the stream."""

    def __init__(self, described: Sequence[tuple[str, str]], columns: Sequence[Sequence[Any]]) -> None:
        """`described`: names and types of `columns` as the server wants them. Raises ValueError when not so many."""
        if len(described) != len(columns):
            raise ValueError(f"{len(columns)} columns, the server wants {len(described)}")
        self.described, self.columns = described, columns
        self.num_rows = len(columns[0])

    def write(self, stream: Any) -> None:
        """Write it where a `BlockOutputStream` would."""
        out, revision = stream.fout, stream.context.server_info.used_revision
        if revision >= defines.DBMS_MIN_REVISION_WITH_BLOCK_INFO:
            BlockInfo().write(out)
        write_varint(len(self.columns), out)
        write_varint(self.num_rows, out)
        for (name, kind), column in zip(self.described, self.columns, strict=True):
            write_binary_str(name, out)
            write_binary_str(kind, out)
            if revision >= defines.DBMS_MIN_REVISION_WITH_CUSTOM_SERIALIZATION:
                write_binary_uint8(0, out)
            self._write_column(stream, name, kind, column)
        stream.finalize()

    @staticmethod
    def _write_column(stream: Any, name: str, kind: str, column: Sequence[Any]) -> None:
        ready = native(column, kind)
        if ready is None:
            write_column(stream.context, name, kind, list(column), stream.fout)
        else:
            stream.fout.write(ready)


class Sender(Client):  # type: ignore[misc]  # the driver has no types
    """As the driver's, with columns of any kind of sequence for an insert by columns."""

    def send_data(self, sample_block: Any, data: Any, types_check: bool = False, columnar: bool = False) -> int:
        """Called by `execute` once the server has said which columns it wants."""
        if not columnar or all(isinstance(column, (list, tuple)) for column in data):
            return int(super().send_data(sample_block, data, types_check=types_check, columnar=columnar))
        block = Ready(sample_block.columns_with_types, data)
        self._send(block)
        self.receive_profile_events()
        super().send_data(sample_block, [], columnar=True)  # the empty block, the end of the data
        return block.num_rows

    def _send(self, block: Ready) -> None:
        """As `Connection.send_data`."""
        out, stream = self.connection.fout, self.connection.block_out
        write_varint(ClientPacketTypes.DATA, out)
        if self.connection.server_info.used_revision >= defines.DBMS_MIN_REVISION_WITH_TEMPORARY_TABLES:
            write_binary_str("", out)
        block.write(stream)
