package io.payroute.platform.command;

import java.util.concurrent.Callable;

/** A command of a role, for picocli; each role names its own in META-INF/services. Its result is the exit code. */
public interface RoleCommand extends Callable<Integer> {
}
