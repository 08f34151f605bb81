import "./elements/wl-talk";
