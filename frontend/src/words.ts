import "./elements/wl-six-words";
