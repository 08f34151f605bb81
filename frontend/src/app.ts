import "./elements/wl-copy";
import "./elements/wl-exit";
