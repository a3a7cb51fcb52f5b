"""The pages of accounts."""

from django.urls import URLPattern, URLResolver, path

from lyceum.accounts.web.views import devices, passwords, sign_in, sign_up, verify_email

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", sign_in.SignInPage.as_view(), name="sign-in"),
    path("sign-up/", sign_up.SignUpPage.as_view(), name="sign-up"),
    path("sign-out/", sign_in.SignOutPage.as_view(), name="sign-out"),
    path("verify-email/", verify_email.VerifyEmailPage.as_view(), name="verify-email"),
    path("verify-email/again/", verify_email.VerifyAgainPage.as_view(), name="verify-email-again"),
    path("forgot-password/", passwords.ForgotPasswordPage.as_view(), name="forgot-password"),
    path("reset-password/", passwords.ResetPasswordPage.as_view(), name="reset-password"),
    path("account/password/", passwords.ChangePasswordPage.as_view(), name="change-password"),
    path("account/devices/sign-out-others/", devices.EndOtherDevicesPage.as_view(), name="end-other-devices"),
    path("account/devices/<str:key>/sign-out/", devices.EndDevicePage.as_view(), name="end-device"),
]
