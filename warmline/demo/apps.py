from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "warmline.demo"
    label = "demo"
