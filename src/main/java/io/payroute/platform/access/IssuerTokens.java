package io.payroute.platform.access;

/** How the tokens of one issuer are verified. */
interface IssuerTokens {

    /** What a good token says. @param scope blank separated words, or null */
    record Claims(String subject, String scope, long expiresAtSecond) {
    }

    /** The token is not good, or the issuer's keys are out of reach. */
    final class NotGood extends Exception {

        private static final long serialVersionUID = 1L;

        NotGood(Throwable cause) {
            super(cause.getMessage(), cause, false, false);
        }
    }

    /** Its name, the claim {@code iss}. */
    String issuer();

    /** Blocks while keys are fetched. */
    Claims verify(String token) throws NotGood;
}
