/**
 * Certificates, keys and trust that renew themselves from files. The only package of this module that starts threads and
 * reads the time by itself, because nothing calls it when a file changes.
 */
@NullMarked
package io.parktls.watch;

import org.jspecify.annotations.NullMarked;
