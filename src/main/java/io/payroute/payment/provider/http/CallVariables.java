package io.payroute.payment.provider.http;

import java.math.BigDecimal;
import java.util.Set;

import org.apache.camel.Exchange;

import io.payroute.payment.provider.ProviderCall;
import io.payroute.payment.provider.ProviderListing;

/** What a declaration finds as {@code ${variable.name}}. Nothing of it differs from one repetition of a call to the next. */
final class CallVariables {

    private static final Set<String> OF_LIST = Set.of("from", "to", "fromSeconds", "toSeconds", "cursor", "skip");
    private static final Set<String> OF_CALL = Set.of("operation", "capture", "reserve", "key", "paymentId", "reference",
            "amount", "currency", "method", "userId", "email", "orderId");

    private CallVariables() {
    }

    static Set<String> names(Purpose purpose) {
        return purpose == Purpose.LIST ? OF_LIST : OF_CALL;
    }

    static void set(Exchange exchange, ProviderListing.Query query) {
        exchange.setVariable("from", query.from());
        exchange.setVariable("to", query.to());
        exchange.setVariable("fromSeconds", query.from().getEpochSecond());
        exchange.setVariable("toSeconds", query.to().getEpochSecond());
        exchange.setVariable("cursor", query.cursor());
        exchange.setVariable("skip", DeclaredList.skip(query.cursor()));
    }

    /** @param amount as the provider writes it */
    static void set(Exchange exchange, ProviderCall call, BigDecimal amount) {
        String operation = DeclaredAnswer.operation(call);
        exchange.setVariable("operation", operation);
        exchange.setVariable("capture", operation.equals(ProviderCall.CHARGE));
        exchange.setVariable("reserve", operation.equals(ProviderCall.AUTHORIZE));
        exchange.setVariable("key", call.key());
        exchange.setVariable("paymentId", call.paymentId().toString());
        exchange.setVariable("reference", call.reference());
        exchange.setVariable("amount", amount);
        exchange.setVariable("currency", call.money().currency());
        exchange.setVariable("method", call.method());
        ProviderCall.Payer payer = call.payer();
        exchange.setVariable("userId", payer == null ? null : payer.userId());
        exchange.setVariable("email", payer == null ? null : payer.email());
        exchange.setVariable("orderId", payer == null ? null : payer.orderId());
    }
}
