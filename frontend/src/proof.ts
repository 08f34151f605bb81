import "./elements/wl-proof";
