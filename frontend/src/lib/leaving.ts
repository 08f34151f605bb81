/** Said on `document`, at once, when the page is left by quick exit: close sockets, keep nothing. */
export const LEAVING = "warmline:leaving";
