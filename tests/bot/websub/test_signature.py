import hashlib
import hmac

import pytest

from bot.websub.signature import METHODS, is_signed

BODY = b"<rss/>"
SECRET = "a secret"


def sign(method: str, secret: str = SECRET, body: bytes = BODY) -> str:
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


@pytest.mark.parametrize("method", METHODS)
def test_signature_when_it_is_that_of_the_body_then_believed_in_any_case(method: str) -> None:
    signature = sign(method)
    assert is_signed(signature, SECRET, BODY)
    assert is_signed(f" {signature.upper()} ", SECRET, BODY)


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param("", id="missing"),
        pytest.param("sha256=", id="empty"),
        pytest.param(sign("sha256", "another secret"), id="another secret"),
        pytest.param(sign("sha256", body=b"<rss />"), id="another body"),
        pytest.param(sign("md5"), id="a method that is not recognised"),
        pytest.param(sign("sha256").partition("=")[2], id="no method"),
        pytest.param(sign("sha256")[:-1], id="cut off"),
        pytest.param("sha512=" + sign("sha256").partition("=")[2], id="another method's"),
        pytest.param("sha256=ü", id="no ASCII"),
        pytest.param("sha256\x00=00", id="a control character"),
    ],
)
def test_signature_when_it_is_not_that_of_the_body_then_refused(signature: str) -> None:
    assert not is_signed(signature, SECRET, BODY)
