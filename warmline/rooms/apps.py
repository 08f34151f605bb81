from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "warmline.rooms"
    label = "rooms"
