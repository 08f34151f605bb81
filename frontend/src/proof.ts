import "./elements/wl-proof";
import "./elements/wl-come-back";
