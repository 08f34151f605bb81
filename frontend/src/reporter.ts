import "./elements/wl-report";
