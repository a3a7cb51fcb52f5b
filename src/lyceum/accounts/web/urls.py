"""The pages of accounts."""

from django.urls import URLPattern, URLResolver, path

from lyceum.accounts.web.views import (
    data_archive,
    devices,
    passwords,
    reauthenticate,
    second_factor,
    sign_in,
    sign_up,
    verify_email,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", sign_in.SignInPage.as_view(), name="sign-in"),
    path("sign-in/code/", sign_in.SignInCodePage.as_view(), name="sign-in-code"),
    path("sign-up/", sign_up.SignUpPage.as_view(), name="sign-up"),
    path("sign-out/", sign_in.SignOutPage.as_view(), name="sign-out"),
    path("verify-email/", verify_email.VerifyEmailPage.as_view(), name="verify-email"),
    path("verify-email/again/", verify_email.VerifyAgainPage.as_view(), name="verify-email-again"),
    path("forgot-password/", passwords.ForgotPasswordPage.as_view(), name="forgot-password"),
    path("reset-password/", passwords.ResetPasswordPage.as_view(), name="reset-password"),
    path("account/confirm/", reauthenticate.ReauthenticatePage.as_view(), name="reauthenticate"),
    path("account/data/<str:key>/", data_archive.DataArchivePage.as_view(), name="data-archive"),
    path("account/password/", passwords.ChangePasswordPage.as_view(), name="change-password"),
    path("account/second-factor/", second_factor.SecondFactorPage.as_view(), name="second-factor"),
    path("account/second-factor/confirm/", second_factor.ConfirmPage.as_view(), name="second-factor-confirm"),
    path("account/second-factor/codes/", second_factor.RecoveryCodesPage.as_view(), name="recovery-codes"),
    path("account/second-factor/turn-off/", second_factor.TurnOffPage.as_view(), name="second-factor-off"),
    path("account/devices/sign-out-others/", devices.EndOtherDevicesPage.as_view(), name="end-other-devices"),
    path("account/devices/<str:key>/sign-out/", devices.EndDevicePage.as_view(), name="end-device"),
]
