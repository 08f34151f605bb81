import "./elements/keyholder/wl-forget-key";
import "./elements/keyholder/wl-key-here";
import "./elements/keyholder/wl-new-key";
import "./elements/keyholder/wl-restore-key";
import "./elements/wl-print";
