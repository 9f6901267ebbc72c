package io.parktls.resumption;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** Captures all that ParkTLS logs, of every level, until it is closed. */
final class CapturedLog implements AutoCloseable {
    private static final String LOGGER = "io.parktls";

    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final Level levelBefore = context.getLogger(LOGGER).getLevel();
    private final StringBuffer text = new StringBuffer();
    private final AbstractAppender appender = new AbstractAppender("captured", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
            StringWriter lines = new StringWriter();
            lines.append(event.getMessage().getFormattedMessage()).append('\n');
            if (event.getThrown() != null) {
                event.getThrown().printStackTrace(new PrintWriter(lines, true));
            }
            text.append(lines);
        }
    };

    CapturedLog() {
        appender.start();
        Configurator.setLevel(LOGGER, Level.ALL);
        context.getLogger(LOGGER).addAppender(appender);
    }

    String text() {
        return text.toString();
    }

    @Override
    public void close() {
        context.getLogger(LOGGER).removeAppender(appender);
        Configurator.setLevel(LOGGER, levelBefore);
        appender.stop();
    }
}
