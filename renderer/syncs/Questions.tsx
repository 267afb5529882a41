import Step from '@mui/material/Step'
import StepButton from '@mui/material/StepButton'
import Stepper from '@mui/material/Stepper'
import { questions } from './steps.ts'

type QuestionsProps = { step: number; open: number; onGoTo: (step: number) => void }

/** The five questions; one can be opened when those before it are answered. */
export function Questions({ step, open, onGoTo }: QuestionsProps) {
  return (
    <Stepper nonLinear activeStep={step} sx={{ mb: 3 }}>
      {questions.map((question, index) => (
        <Step key={question} completed={index < open && index !== step} disabled={index > open}>
          <StepButton color="inherit" onClick={() => onGoTo(index)}>
            {question}
          </StepButton>
        </Step>
      ))}
    </Stepper>
  )
}
