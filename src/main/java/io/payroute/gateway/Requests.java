package io.payroute.gateway;

import java.util.HexFormat;
import java.util.List;

import org.apache.camel.Message;

import io.payroute.money.CurrencyExponents;
import io.payroute.money.InvalidMoneyException;
import io.payroute.money.Money;
import io.payroute.platform.EmailAddress;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.Confined;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.http.JsonBody;
import io.payroute.platform.http.Parameters;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What the requests of this role have in common. */
final class Requests {

    /** Of an id that another role checks. */
    static final int MAX_ID = 64;
    /** One for each number of decimals that there is. */
    private static final List<String> BY_DECIMALS = List.of("JPY", "USD", "KWD");
    private static final int MAX_PAGE = 1_000_000;

    private Requests() {
    }

    /** An object, each of whose names may be spelt as protobuf's JSON does, too: {@code product_id} or {@code productId}. */
    static JsonBody.Schema schema() {
        return JsonBody.schema().orCamelCase();
    }

    static JsonBody.Values read(Message message, JsonBody.Schema schema) {
        return schema.parse(message.getBody(byte[].class));
    }

    /** The id in the path; what is no id is nobody's. */
    static String id(Message message, String what) {
        try {
            return Ids.parse(message.getHeader("id", "", String.class)).toString();
        } catch (IllegalArgumentException e) {
            throw Refusal.notFound("There is no " + what + " with this id.");
        }
    }

    /** The id of something in a field of the body. */
    static String id(JsonBody.Values values, String name) {
        try {
            return Ids.parse(values.text(name)).toString();
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid(name, "uuid", name + " must be a UUID.");
        }
    }

    static String email(JsonBody.Values values, String name) {
        if (!EmailAddress.isValid(values.text(name))) {
            throw Refusal.invalid(name, "email", name + " must be one e-mail address");
        }
        return values.text(name);
    }

    /** One that is paid in; empty when the body names none. */
    static String currency(JsonBody.Values values) {
        String currency = values.text("currency", "");
        try {
            if (!currency.isEmpty()) {
                CurrencyExponents.ofActive(currency);
            }
            return currency;
        } catch (InvalidMoneyException e) {
            throw Refusal.invalid("currency", e.rule(), e.getMessage());
        }
    }

    /** @param currency empty where it is not known yet: then of one with as few decimals as the amount has */
    static Money money(String field, String text, String currency) {
        InvalidMoneyException refused = null;
        for (String one : currency.isEmpty() ? BY_DECIMALS : List.of(currency)) {
            try {
                return Money.of(text, one);
            } catch (InvalidMoneyException e) {
                refused = e;
            }
        }
        throw Refusal.invalid(field, refused.rule(), refused.getMessage());
    }

    /** Who is logged in. */
    static String person(Message message) {
        String user = Confined.to(message).user();
        if (user == null) {
            throw Refusal.forbidden("Log in: this is done by a person, for himself.");
        }
        return user;
    }

    /** Whose things the caller may reach: his own, or everybody's, which is empty. */
    static String reach(Message message) {
        String user = Confined.to(message).user();
        return user == null ? "" : user;
    }

    static int page(Message message) {
        return (int) Parameters.of(message).whole("page", 1, MAX_PAGE, 1);
    }

    static int pageSize(Message message) {
        Parameters parameters = Parameters.of(message);
        long other = parameters.whole("pageSize", 1, Parameters.MAX_LIMIT, Parameters.DEFAULT_LIMIT);
        return (int) parameters.whole("page_size", 1, Parameters.MAX_LIMIT, other);
    }

    /** The header as it came; empty when there is none. */
    static String key(Message message) {
        String key = message.getHeader(Idempotency.HEADER, String.class);
        Idempotency.check(key);
        return key == null ? "" : key;
    }

    /** The same for a role that does not know callers apart: a key belongs to who sent it. */
    static String keyOfCaller(Message message) {
        String key = key(message);
        String caller = message.getHeader(Idempotency.CALLER, "", String.class);
        return key.isEmpty() ? "" : HexFormat.of().formatHex(Idempotency.sha256((caller + '\n' + key).getBytes(UTF_8)));
    }
}
