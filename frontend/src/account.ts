import "./elements/wl-passkey";
import "./elements/wl-print";
