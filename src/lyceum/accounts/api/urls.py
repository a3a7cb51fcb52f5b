"""Addresses of accounts below /api/v1/, and the aliases below /api/."""

from django.urls import path

from lyceum.accounts.api.views import auth, links, people, profile, second_factor, security

urlpatterns = [
    path("auth/register/", auth.RegisterView.as_view()),
    path("auth/login/", auth.LoginView.as_view()),
    path("auth/token/", auth.TokenView.as_view()),
    path("auth/token/refresh/", auth.TokenRefreshView.as_view()),
    path("auth/refresh/", auth.RefreshView.as_view()),
    path("auth/reauthenticate/", auth.ReauthenticateView.as_view()),
    path("auth/logout/", auth.LogoutView.as_view()),
    path("auth/me/", auth.MeView.as_view()),
    path("auth/manifest/", auth.ManifestView.as_view()),
    path("auth/verify-email/", links.VerifyEmailView.as_view()),
    path("auth/resend-verification/", links.ResendVerificationView.as_view()),
    path("auth/password-reset/", links.PasswordResetView.as_view()),
    path("auth/password-reset/confirm/", links.PasswordResetConfirmView.as_view()),
    path("auth/password-change/", links.PasswordChangeView.as_view()),
    path("users/change-password/", links.ChangePasswordView.as_view()),
    path("users/profile/", profile.ProfileView.as_view()),
    path("users/me/", profile.OwnUserView.as_view()),
    path("users/me/notifications/", profile.NotificationPreferencesView.as_view()),
    path("users/me/organizer-profile/", profile.OrganizerProfileView.as_view()),
    path("users/me/upgrade/", profile.UpgradeView.as_view()),
    path("users/me/downgrade/", profile.DowngradeView.as_view()),
    path("users/me/onboarding/complete/", profile.OnboardingView.as_view()),
    path("users/me/sessions/", security.SessionViewSet.as_view({"get": "list"})),
    path("users/me/sessions/terminate-all/", security.SessionViewSet.as_view({"post": "terminate_all"})),
    path("users/me/sessions/<str:uuid>/", security.SessionViewSet.as_view({"get": "retrieve", "delete": "destroy"})),
    path("users/me/second-factor/", second_factor.SecondFactorView.as_view()),
    path("users/me/second-factor/confirm/", second_factor.ConfirmSecondFactorView.as_view()),
    path("users/me/second-factor/recovery-codes/", second_factor.RecoveryCodesView.as_view()),
    path("users/me/api-keys/", security.ApiKeyViewSet.as_view({"get": "list", "post": "create"})),
    path("users/me/api-keys/<str:uuid>/", security.ApiKeyViewSet.as_view({"get": "retrieve", "delete": "destroy"})),
    path("users/me/export-data/", security.ExportDataView.as_view()),
    path("users/me/delete-account/", security.DeleteAccountView.as_view()),
    path("users/", people.UserViewSet.as_view({"get": "list"})),
    path("users/<str:uuid>/", people.UserViewSet.as_view({"get": "retrieve"})),
    path("organizers/<str:uuid>/", profile.PublicOrganizerView.as_view()),
]

# Older programs sign in one level higher.
alias_urlpatterns = [
    path("auth/token/", auth.AliasTokenView.as_view()),
    path("auth/token/refresh/", auth.AliasTokenRefreshView.as_view()),
]
