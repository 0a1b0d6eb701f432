/**
 * Plays out histories of the whole control plane, from a seed: the real engine, services and
 * database, with drivers, time and threads of its own.
 */
@NullMarked
package org.monostack.simulation;

import org.jspecify.annotations.NullMarked;
