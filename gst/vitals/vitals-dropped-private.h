/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Why a window never became a scan: the `reason` of vitals-dropped. */
#define VITALS_DROPPED_TOO_FEW_FRAMES "too-few-frames"
#define VITALS_DROPPED_DISCONTINUITY "discontinuity"
#define VITALS_DROPPED_STOPPED "stopped"
#define VITALS_DROPPED_QUEUE_FULL "queue-full"
#define VITALS_DROPPED_QUOTA "quota"
