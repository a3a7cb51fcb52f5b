"""The pages of accounts."""

from django.urls import URLPattern, URLResolver, path

from lyceum.accounts.web.views import accounts as views

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", views.SignInPage.as_view(), name="sign-in"),
    path("sign-up/", views.SignUpPage.as_view(), name="sign-up"),
    path("sign-out/", views.SignOutPage.as_view(), name="sign-out"),
    path("verify-email/", views.VerifyEmailPage.as_view(), name="verify-email"),
    path("verify-email/again/", views.VerifyAgainPage.as_view(), name="verify-email-again"),
    path("forgot-password/", views.ForgotPasswordPage.as_view(), name="forgot-password"),
    path("reset-password/", views.ResetPasswordPage.as_view(), name="reset-password"),
    path("account/password/", views.ChangePasswordPage.as_view(), name="change-password"),
    path("account/devices/sign-out-others/", views.EndOtherDevicesPage.as_view(), name="end-other-devices"),
    path("account/devices/<str:key>/sign-out/", views.EndDevicePage.as_view(), name="end-device"),
]
