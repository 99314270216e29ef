package io.payroute.notification;

import io.payroute.platform.Causes;

/** A step that a team added in front of sending failed: nothing was sent, and it says nothing of the mail server or another service. */
final class HookFailure extends Exception {

    private static final long serialVersionUID = 1L;

    /** Without a cause: what a step failed with, such as a mail of its own, must not be read as the message's. */
    HookFailure(Throwable failure) {
        super("the hook " + SendNotifications.HOOK + " failed: " + Causes.brief(failure));
    }
}
