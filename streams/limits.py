"""Settings of the ClickHouse engine for a machine that it shares with all the rest. Pure but for `machine`."""

from __future__ import annotations

import os

MEBI = 1 << 20


def limits(memory: int, cores: int) -> dict[str, str]:
    """Settings for a machine with `memory` bytes and `cores` cores that the engine shares with all the rest.

    Its own defaults are a server's: 90 % of the memory, caches of gigabytes, pools of hundreds of threads.
    """
    server = min(max(memory // 3, 1024 * MEBI), 8192 * MEBI)
    query = server // 2
    return {
        "session_timezone": "UTC",
        "print_pretty_type_names": "0",  # types are for programs
        "receive_timeout": "10",  # what ingest asks of a server, where it matters (store.py): nothing to set each time
        "async_insert": "0",  # an acknowledged row is a stored row
        "max_threads": str(cores),
        "max_insert_threads": "1",
        # to compile makes the second and third asking of each question 60 to 170 ms dearer, and no later one cheaper:
        # screens ask of few rows (docs/storage.md)
        "compile_expressions": "0",
        "compile_aggregate_expressions": "0",
        "compile_sort_description": "0",
        "max_server_memory_usage": str(server),
        "max_memory_usage": str(query),
        "max_bytes_before_external_group_by": str(query // 2),
        "max_bytes_before_external_sort": str(query // 2),
        "mark_cache_size": str(server // 16),
        # screens ask of the same blocks every few seconds: not decoded each time, a question takes a tenth less
        "use_uncompressed_cache": "1",
        "uncompressed_cache_size": str(server // 16),
        "primary_index_cache_size": str(server // 16),
        "index_mark_cache_size": str(16 * MEBI),
        "query_condition_cache_size": str(16 * MEBI),
        "background_pool_size": str(min(cores, 4)),
        "background_schedule_pool_size": "2",
        "background_common_pool_size": "1",
        "background_move_pool_size": "1",
        "background_fetches_pool_size": "1",
        "max_io_thread_pool_size": str(4 * cores),
    }


def machine() -> tuple[int, int]:
    """Bytes of memory and number of cores that this process may use."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), len(os.sched_getaffinity(0))
