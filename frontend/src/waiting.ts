import "./elements/wl-waiting";
