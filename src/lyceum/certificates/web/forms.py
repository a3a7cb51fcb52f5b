"""What people type to verify a certificate."""

from django import forms

from lyceum.core.web import PageForm


class NumberForm(PageForm):
    certificate_id = forms.CharField(
        label="Certificate number",
        max_length=64,
        help_text="Four groups of five letters and digits, for example 7F3K9-2QMX4-TD8HW-B1N5C.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
