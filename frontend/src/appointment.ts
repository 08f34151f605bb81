import "./elements/wl-held";
import "./elements/wl-zone";
