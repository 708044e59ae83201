"""pygls's protocol, which leaves some requests without an answer, with an answer to every one."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol


class Protocol(LanguageServerProtocol):
    """Whoever asks is told what is wrong: with the parameters, or that the session has not begun or is over."""

    @property
    def said_goodbye(self) -> bool:
        """Whether the client has ended the session."""
        return bool(self._shutdown)

    def structure_message(self, data: dict[str, Any]) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException as exc:
            if "id" in data and "method" in data:
                self._refuse(data["id"], exc.code, f"the parameters of {data['method']} are not those of the protocol")
            raise

    def handle_message(self, message: Any) -> None:
        asked = getattr(message, "id", None) is not None and hasattr(message, "method")
        if asked and self._shutdown:
            self._refuse(message.id, lsp.ErrorCodes.InvalidRequest, "the session is over")
        elif asked and self._workspace is None and message.method != lsp.INITIALIZE:
            self._refuse(message.id, lsp.ErrorCodes.ServerNotInitialized, "the session begins with initialize")
        else:
            super().handle_message(message)

    def _refuse(self, number: str | int, code: int, reason: str) -> None:
        self._send_response(number, error=lsp.ResponseError(code, reason))
