/** Tests of the control plane by simulation, and of the simulation itself. */
@NullMarked
package org.monostack.simulation;

import org.jspecify.annotations.NullMarked;
