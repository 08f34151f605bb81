import "./elements/wl-push";
