from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "warmline.desk"
    label = "desk"
