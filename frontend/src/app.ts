import "./elements/wl-exit";
