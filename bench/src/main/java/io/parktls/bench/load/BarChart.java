package io.parktls.bench.load;

import io.parktls.bench.measure.Samples;

/** A horizontal bar chart in SVG. Each bar has a line from the smallest to the largest sample. For one thread. */
final class BarChart {
    private static final int LABEL_WIDTH = 250;
    private static final int BAR_WIDTH = 480;
    private static final int FIGURE_WIDTH = 90;
    private static final int LINE_HEIGHT = 24;

    private final double largest;
    private final StringBuilder bars = new StringBuilder();
    private int lines;

    /** @param largest the value at the right end of the scale */
    BarChart(double largest) {
        this.largest = largest;
    }

    /** Adds a bar for the median; without samples, it adds the word "failed". */
    void add(String label, Samples samples, String style) {
        if (samples.isEmpty()) {
            addFailed(label);
            return;
        }
        double value = samples.median();
        int y = lines++ * LINE_HEIGHT;
        int middle = y + LINE_HEIGHT / 2;
        label(label, middle);
        bars.append(String.format(
                "<rect class='%s' x='%d' y='%d' width='%.1f' height='%d'/>%n",
                style, LABEL_WIDTH, y + 4, width(value), LINE_HEIGHT - 8));
        double least = LABEL_WIDTH + width(samples.min());
        double most = LABEL_WIDTH + width(samples.max());
        bars.append(String.format(
                "<path class='range' d='M%.1f %dH%.1fM%.1f %dv8M%.1f %dv8'/>%n",
                least, middle, most, least, middle - 4, most, middle - 4));
        bars.append(String.format("<text x='%.1f' y='%d'>%s</text>%n", most + 6, middle + 4, LoadText.number(value)));
    }

    private void addFailed(String label) {
        int middle = lines++ * LINE_HEIGHT + LINE_HEIGHT / 2;
        label(label, middle);
        bars.append(String.format("<text class='failed' x='%d' y='%d'>failed</text>%n", LABEL_WIDTH, middle + 4));
    }

    private void label(String label, int middle) {
        bars.append(
                String.format("<text x='%d' y='%d' text-anchor='end'>%s</text>%n", LABEL_WIDTH - 8, middle + 4, label));
    }

    private double width(double value) {
        return Math.max(0, value) / largest * BAR_WIDTH;
    }

    @Override
    public String toString() {
        return String.format(
                "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' role='img'>%n%s</svg>%n",
                LABEL_WIDTH + BAR_WIDTH + FIGURE_WIDTH, lines * LINE_HEIGHT, bars);
    }
}
