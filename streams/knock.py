"""Whether a broker lets us in, and why not: the library itself would try for seconds and say that nobody answers."""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Sequence
from typing import Any

from config.access import KafkaAccess

KNOCK_S = 3.0

logging.getLogger("kafka").setLevel(logging.CRITICAL)  # what goes wrong reaches us as an error, and we say it


REFUSED = "SaslAuthenticationFailed"
"""What the library calls it; of ten connections with a wrong password, some are only dropped."""


class Overheard(logging.Handler):
    """Keeps why connections failed, a refusal first of all: the library tells only its log that a password is wrong."""

    said = ""

    def emit(self, record: logging.LogRecord) -> None:
        failed = str(record.msg).startswith("Bootstrap connection to %s failed") and isinstance(record.args, tuple)
        if failed and REFUSED not in self.said:
            self.said = str(record.args[1])  # type: ignore[index]


heard = Overheard()
_manager_log = logging.getLogger("kafka.net.manager")
_manager_log.setLevel(logging.WARNING)
_manager_log.propagate = False
_manager_log.addHandler(heard)


def security(access: KafkaAccess) -> dict[str, Any]:
    """What kafka-python calls the parts of `access`; holds the password."""
    options: dict[str, Any] = {"security_protocol": access.protocol}
    if access.encrypted:
        options |= {
            "ssl_check_hostname": access.tls.check_hostname,
            "ssl_cafile": access.tls.cafile or None,
            "ssl_certfile": access.tls.certfile or None,
            "ssl_keyfile": access.tls.keyfile or None,
        }
    if access.named:
        options |= {
            "sasl_mechanism": access.mechanism,
            "sasl_plain_username": access.username,
            "sasl_plain_password": access.password.reveal(),
        }
    return options


def knock(brokers: Sequence[str], access: KafkaAccess) -> None:
    """Raise OSError unless one broker accepts us and its certificate is good: the client itself would try for seconds,
    and not tell why."""
    refused: OSError = ConnectionError("no broker is named")
    for broker in brokers:
        host, _, port = broker.rpartition(":")
        try:
            _greet(host.strip("[]"), int(port), access)
        except OSError as error:
            refused = error
        except ValueError:
            refused = ConnectionError(f"{broker!r} is not host:port")
        else:
            return
    raise refused


def _greet(host: str, port: int, access: KafkaAccess) -> None:
    with socket.create_connection((host, port), KNOCK_S) as knocking:
        if access.encrypted:
            context = ssl.create_default_context(cafile=access.tls.cafile or None)
            context.check_hostname = access.tls.check_hostname
            if access.tls.certfile:
                context.load_cert_chain(access.tls.certfile, access.tls.keyfile)
            context.wrap_socket(knocking, server_hostname=host).close()


def told(why: str, access: KafkaAccess) -> str:
    """What failed, and which settings may be the cause: a broker drops whom it does not understand without a word."""
    if access.named:
        return f"{why}; are KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD and KAFKA_SASL_MECHANISM right?"
    return f"{why}; is KAFKA_SECURITY_PROTOCOL={access.protocol} right?"
