import "./elements/wl-here";
