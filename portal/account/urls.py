"""Addresses of signing in and of one's own account, under `/compte/`.

A closed list: of allauth's pages, those that are used, under the names that it looks them up by.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path

from portal.account import profile, second_factor, sessions
from portal.account.answers import careful
from portal.account.second_factor import ActivateAppView, AddPasskeyView
from portal.account.sign_in import PasskeyAgainView, PasskeyAloneView, SecondFactorView, prove

SIGN_IN = [
    path("connexion/", careful(account.login), name="account_login"),
    path("connexion/code/", careful(account.request_login_code), name="account_request_login_code"),
    path(
        "connexion/code/saisie/",
        careful(account.confirm_login_code),
        name="account_confirm_login_code",
    ),
    path("connexion/cle/", careful(PasskeyAloneView.as_view()), name="mfa_login_webauthn"),
    path("connexion/second-facteur/", careful(SecondFactorView.as_view()), name="mfa_authenticate"),
    path("deconnexion/", careful(account.logout), name="account_logout"),
    path("ferme/", careful(account.account_inactive), name="account_inactive"),
    path("inscription/", careful(account.signup), name="account_signup"),
    path("oubli/", careful(account.password_reset), name="account_reset_password"),
    path("oubli/envoye/", careful(account.password_reset_done), name="account_reset_password_done"),
    path(
        "oubli/fait/",
        careful(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^oubli/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        careful(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
]
PROOF = [
    path("confirmer/", careful(prove), name="account_reauthenticate"),
    path("confirmer/code/", careful(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(
        "confirmer/cle/",
        careful(PasskeyAgainView.as_view()),
        name="mfa_reauthenticate_webauthn",
    ),
]
SECOND_FACTOR = [
    path("second-facteur/", second_factor.index, name="mfa_index"),
    path("second-facteur/cles/", second_factor.index, name="mfa_list_webauthn"),
    path("second-facteur/mise-en-place/", second_factor.set_up, name="account_second_factor"),
    path("second-facteur/secours/", second_factor.recovery_codes, name="account_recovery_codes"),
    path(
        "second-facteur/secours/fichier/",
        second_factor.download_codes,
        name="account_recovery_codes_file",
    ),
    path(
        "second-facteur/application/",
        careful(ActivateAppView.as_view(), is_sensitive=True),
        name="mfa_activate_totp",
    ),
    path(
        "second-facteur/application/retirer/",
        careful(totp.deactivate_totp, is_sensitive=True),
        name="mfa_deactivate_totp",
    ),
    path(
        "second-facteur/cles/ajouter/",
        careful(AddPasskeyView.as_view(), is_sensitive=True),
        name="mfa_add_webauthn",
    ),
    path(
        "second-facteur/cles/<int:pk>/nom/",
        careful(webauthn.edit_webauthn, is_sensitive=True),
        name="mfa_edit_webauthn",
    ),
    path(
        "second-facteur/cles/<int:pk>/retirer/",
        careful(webauthn.remove_webauthn, is_sensitive=True),
        name="mfa_remove_webauthn",
    ),
]
urlpatterns = [
    path("", profile.profile, name="account_profile"),
    path("mot-de-passe/", profile.password, name="account_change_password"),
    path("adresse/", careful(profile.address), name="account_email"),
    path("adresse/<str:token>/", profile.confirm_address, name="account_confirm_address"),
    path("sessions/", sessions.sessions, name="usersessions_list"),
    *SIGN_IN,
    *PROOF,
    *SECOND_FACTOR,
]
