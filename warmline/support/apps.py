from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "warmline.support"
    label = "support"
