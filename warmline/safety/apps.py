from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "warmline.safety"
    label = "safety"
