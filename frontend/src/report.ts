import "./elements/wl-opening";
import "./elements/wl-sealed-words";
