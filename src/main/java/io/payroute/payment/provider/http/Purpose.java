package io.payroute.payment.provider.http;

import java.util.Locale;

/** What a declared request is for; the rules that keep money safe go by it. */
enum Purpose {

    /** It may move money. What came of it is left open unless the answer says it. */
    OPERATION,
    /** It can move no money, and comes before one that does. */
    PREPARE,
    /** It says what became of an operation. */
    QUERY,
    /** It lists payments of a period. */
    LIST,
    /** The provider cannot do it; nothing is sent. */
    REFUSE;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
