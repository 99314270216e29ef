package io.payroute.platform;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Which known word was meant by one that is not known. */
public final class Words {

    private Words() {
    }

    /** At most three, the nearest first; none when nothing is near. Upper case and hyphens do not count. */
    public static List<String> near(Collection<String> known, String written) {
        String plain = plain(written);
        int nearest = known.stream().mapToInt(word -> distance(plain(word), plain)).min().orElse(0);
        return known.stream().filter(word -> distance(plain(word), plain) <= Math.min(nearest + 1, (plain.length() + 1) / 3))
                .sorted(Comparator.comparingInt((String word) -> distance(plain(word), plain)).thenComparing(word -> word))
                .limit(3).toList();
    }

    private static String plain(String word) {
        return word.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
    }

    /** How many letters must be added, left out or replaced. */
    public static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
