from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "warmline.core"
    label = "core"
