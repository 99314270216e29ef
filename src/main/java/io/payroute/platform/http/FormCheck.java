package io.payroute.platform.http;

import java.util.regex.Pattern;

import io.payroute.platform.Refusal;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;

/** Routes get the fields of a form as headers: none may be taken for one of ours, or for a second value of one. */
final class FormCheck {

    private static final Pattern FIELD = Pattern.compile("[a-z][a-z_]{0,39}");

    private FormCheck() {
    }

    /** To be called when the body is there. */
    static void check(RoutingContext context) {
        if (BodyCheck.isForm(context)) {
            MultiMap fields = context.request().formAttributes();
            for (String name : fields.names()) {
                if (!FIELD.matcher(name).matches() || fields.getAll(name).size() > 1) {
                    ProblemWriter.write(context, Refusal.malformed("The form has a field that it does not have here."));
                    return;
                }
            }
        }
        context.next();
    }
}
