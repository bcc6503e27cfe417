"""A passkey that nobody holds: its account shows it, no device answers for it."""

from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from providers.models import User


def give_passkey(user: User, name: str = "Clé") -> Authenticator:
    kind, data = Authenticator.Type.WEBAUTHN, {"name": name, "credential": _made()}
    return Authenticator.objects.create(user=user, type=kind, data=data)


def _made() -> dict[str, Any]:
    """What a device hands over when its key is added."""
    drawn = ec.generate_private_key(ec.SECP256R1()).public_key()
    public = ES256.from_cryptography_key(drawn)  # type: ignore[no-untyped-call]
    credential = AttestedCredentialData.create(b"\0" * 16, b"passkey", public)
    flags = AuthenticatorData.FLAG
    data = AuthenticatorData.create(b"\0" * 32, flags.UP | flags.UV | flags.AT, 0, credential)
    said = CollectedClientData.create("webauthn.create", b"challenge", "https://portal.example")
    key_id = websafe_encode(credential.credential_id)
    return {
        "id": key_id,
        "rawId": key_id,
        "type": "public-key",
        "clientExtensionResults": {"credProps": {"rk": True}},
        "response": {
            "clientDataJSON": websafe_encode(said),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        },
    }
