package io.payroute.testing;

import java.util.Random;
import java.util.function.Consumer;

/** Runs a property with many random inputs. The seed is printed when one fails, and repeats the run as system property. */
public final class Seeded {

    private Seeded() {
    }

    public static void check(int tries, Consumer<Random> property) {
        long seed = Long.getLong("test.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < tries; i++) {
            try {
                property.accept(random);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("Failed at try " + i + "; repeat it with -Dtest.seed=" + seed, e);
            }
        }
    }

    public static String text(Random random, String alphabet, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
