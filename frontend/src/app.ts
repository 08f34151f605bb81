import "./elements/wl-able";
import "./elements/wl-copy";
import "./elements/wl-cover";
import "./elements/wl-exit";
import "./elements/wl-time";
