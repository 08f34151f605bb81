import "./elements/letter/wl-letter";
import "./elements/letter/wl-letter-read";
import "./elements/letter/wl-letter-here";
