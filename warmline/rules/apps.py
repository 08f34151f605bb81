from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "warmline.rules"
    label = "rules"
